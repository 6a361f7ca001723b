analyze :"schema".memory
