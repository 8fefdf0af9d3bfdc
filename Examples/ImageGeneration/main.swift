import GradusTraining

Program("image-generation", [Train.self, Sample.self, Interpolate.self, Score.self]).run()
