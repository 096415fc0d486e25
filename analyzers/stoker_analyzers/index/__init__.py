"""What the files of a workspace define, kept on disk and read by whoever asks. Built by a process of its own."""
