"""The main job from application to hand-over, on made-up people, narrated."""
