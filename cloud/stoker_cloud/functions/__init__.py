"""What is made of the events that come in: a function a module, each listed in ``table``. None knows of another."""
