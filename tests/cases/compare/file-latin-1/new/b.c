/* Käse */
int igloo; /* Übung */
