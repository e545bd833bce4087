"""What each path of Graph does; one subject a file, one function a method."""
