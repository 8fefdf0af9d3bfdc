import GradusTraining

Program("image-classification", [Train.self, Evaluate.self, Classify.self, Explain.self, FineTune.self]).run()
