"""Tasks to learn: one file each, with its data, its vocabulary, its split and its measure."""
