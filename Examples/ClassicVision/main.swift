import GradusTraining

Program("classic-vision", [Compare.self, CatDog.self]).run()
