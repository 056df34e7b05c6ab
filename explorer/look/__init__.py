"""How things look and what they are called: colours, notation, equations, cells."""
