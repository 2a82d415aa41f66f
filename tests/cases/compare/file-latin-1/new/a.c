/* Käse, 50 µs */
int igloo; /* Übung */
