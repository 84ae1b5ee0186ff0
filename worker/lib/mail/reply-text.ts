/** Characters of a mail that are looked at: whoever answers writes at the top or above a quote that is not longer than this. */
const LONGEST = 16_000

/** Lines that begin what was quoted, whole or with more behind them. Marks of direction are gone before they are compared. */
const QUOTE_STARTS: readonly RegExp[] = [
  // "On 3 May 2026, Sara wrote:", "Am … schrieb …:", "Le … a écrit :"
  /^(on|am|le|el|il)\b.{0,300}(wrote|schrieb.{0,150}|a écrit|escribió|ha scritto)\s*:\s*$/i,
  // «در تاریخ … نوشت:»
  /^(در|به تاریخ|بتاریخ)\s.{0,300}(نوشت|نوشته است|نوشته‌است|نوشتند)\s*:?\s*$/,
  // "Sara <sara@example.com> wrote:", «سارا نوشت:»
  /^.{0,300}(\bwrote|نوشت)\s*:\s*$/i,
  // Outlook and those who learnt from it.
  /^-{2,}\s*(original message|forwarded message|پیام اصلی|پیام ارسال شده)\s*-{2,}$/i,
  /^(_{10,}|-{10,})$/,
  /^(from|از|فرستنده|von|de)\s*:\s*.{0,300}@.{0,300}$/i,
  // A signature (RFC 3676 4.3), and what telephones add.
  /^-- ?$/,
  /^(sent from my|get outlook for|ارسال شده از|فرستاده شده از).{0,100}$/i,
]

const bare = (line: string): string => line.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').trim()

/** `On …,` and `… wrote:` on two lines, as long names break them. */
const startsQuote = (line: string, next: string): boolean =>
  QUOTE_STARTS.some((start) => start.test(line)) ||
  (/^(on|در|به تاریخ)\s/i.test(line) && /(\bwrote|نوشت|نوشته است)\s*:\s*$/i.test(next) && next.length < 300)

/**
 * What a person wrote in a reply, without the mail that they answer: everything above the first quoted line or the line that
 * announces it. What stands between quotes is not read.
 */
export function replyText(text: string): string {
  const lines = text.slice(0, LONGEST).split(/\r\n|\n|\r/)
  const own: string[] = []
  for (const [i, line] of lines.entries()) {
    const seen = bare(line)
    if (seen.startsWith('>') || startsQuote(seen, bare(lines[i + 1] ?? ''))) break
    own.push(line)
  }
  return own.join('\n').trim()
}
