"""From labelled spans to facts: candidates, their features, trained scorers, and the rules left."""
