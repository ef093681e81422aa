// The ways in which a strategy can be wrong, one class each, so that a caller tells a peek into the future from a typing
// error. Each says what happened; the remedy is part of the message, because it goes to the strategy's author.

/** Something of a strategy is wrong; the other strategies are not concerned. */
export class StrategyFault extends Error {
  override readonly name: string = "StrategyFault";
}

/** It asked for a candle that had not closed. */
export class LookAheadFault extends StrategyFault {
  override readonly name = "LookAheadFault";
}

/** It asked for more history than its warm-up brings. */
export class HistoryFault extends StrategyFault {
  override readonly name = "HistoryFault";
}

/** It asked for a timeframe or a symbol that it does not declare. */
export class UndeclaredFault extends StrategyFault {
  override readonly name = "UndeclaredFault";
}

/** Its parameters are not those of its schema, or its warm-up is out of range. */
export class ParameterFault extends StrategyFault {
  override readonly name = "ParameterFault";
}

/** Its code threw, or its answer is not one of the actions; the cause has the details. */
export class AnswerFault extends StrategyFault {
  override readonly name = "AnswerFault";
}
