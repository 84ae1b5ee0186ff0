/**
 * A forged id, link or cursor: the text with another last character. A constant put in its place is the genuine
 * character once in so many runs, and then the test of a forgery fails on a genuine text.
 */
export const altered = (text: string): string => `${text.slice(0, -1)}${/[01]$/.test(text) ? '2' : '0'}`
