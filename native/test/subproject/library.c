int parent_answer(void);

int parent_answer(void) { return 42; }
