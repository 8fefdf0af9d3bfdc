import GradusTraining

Program("translation", [Train.self, Prepare.self, Translate.self, Evaluate.self, Attention.self]).run()
