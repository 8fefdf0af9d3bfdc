// GradusVision
