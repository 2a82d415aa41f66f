int another;
