"""Officers, their roles by place, and the four eyes."""
