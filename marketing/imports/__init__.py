"""Files that operators bring: people, orders, contents, labels; checked first, then taken in."""
