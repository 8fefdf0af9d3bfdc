import GradusTraining

Program("text-generation", [Train.self, Sample.self, Evaluate.self, Inspect.self]).run()
