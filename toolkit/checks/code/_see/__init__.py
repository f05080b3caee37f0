"""What the rules of the code checks see: each module looks at the matches of some of them."""
