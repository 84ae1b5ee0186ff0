/**
 * Milliseconds until what a test waits for will not come. Ends a hang and judges no speed: far more than anything takes on a
 * machine that is slow and busy. Every wait of a test for what has to come has this limit, and none of its own.
 */
export const PATIENCE = 600_000
