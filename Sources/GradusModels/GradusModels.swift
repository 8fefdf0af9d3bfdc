// GradusModels
