import GradusTraining
import Testing

@Suite struct DivergenceErrorTests {
    @Test func theMessageSaysWhatDivergedAndWhatIsKept() {
        let advice = "Try a smaller learning rate, or clip the gradients."
        #expect(
            DivergenceError(step: 7, loss: .nan, parameter: "features.0.weight").description
                == "the loss is nan at step 7; the gradient of \"features.0.weight\" was the first that is not finite. "
                + "No checkpoint was written yet. \(advice)")
        #expect(
            DivergenceError(step: 7, loss: 40, firstLoss: 2, checkpointStep: 5).description
                == "the loss is 40.0 at step 7 and was 2.0 at first. The last checkpoint is kept, that of step 5. \(advice)"
        )
        #expect(
            DivergenceError(step: 7, loss: nil, parameter: "bias", checkpointStep: 0).description
                == "\"bias\" is not finite after step 7. The checkpoint is kept, but it is that of the beginning. \(advice)"
        )
    }
}
