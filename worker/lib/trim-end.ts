/**
 * Takes away the characters at the end of a text that `isIn` holds of. A pattern such as `/=+$/` begins anew at every
 * character of a run that does not end the text: its work grows with the square of what a stranger sends.
 */
export function trimEnd(text: string, isIn: (character: string) => boolean): string {
  let end = text.length
  while (end > 0 && isIn(text[end - 1] ?? '')) end--
  return text.slice(0, end)
}
