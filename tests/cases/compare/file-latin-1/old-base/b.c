/* Käse */
