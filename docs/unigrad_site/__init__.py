"""How the site is built: blocks that run, formulas as MathML, pages written from cards, links that are checked."""
