"""The rule builder: what it is offered, how a draft is counted, where its mistakes are.

The browser's part is ``frontend/src/rules``; what they share is one JSON, the vocabulary.
"""
