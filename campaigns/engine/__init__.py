"""Match, decide, explain: pure, columnar, framework-free."""
