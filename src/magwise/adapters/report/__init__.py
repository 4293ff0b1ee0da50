"""Pages made from what the code and the knowledge hold, so that they cannot drift from it.

`reference` writes docs/reference; each module beside it makes the pages of one subject. Nothing here decides
anything about magnesium, and nothing is read but Magwise itself.
"""
