/** What a sample sends, and by what. */
export interface SampleOf {
  readonly origin: string
  readonly key: string
  readonly to: string
  readonly text: string
  /** The sender; null: the account's default. */
  readonly from: string | null
}

/** Languages of the samples, with the names that everybody calls them by. */
export const SAMPLE_LANGUAGES = [
  { id: 'curl', name: 'curl' },
  { id: 'javascript', name: 'JavaScript' },
  { id: 'python', name: 'Python' },
] as const
export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number]['id']

const bodyOf = ({ to, from, text }: SampleOf) => ({
  channel: 'sms',
  to,
  ...(from ? { from } : {}),
  content: { text },
})

/** Writes a text within single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const SENDING: Readonly<Record<SampleLanguage, (of: SampleOf) => string>> = {
  curl: (of) => `curl -sS ${of.origin}/v1/messages \\
  -H 'Authorization: Bearer ${of.key}' \\
  -H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: "order-1001"' \\
  -d ${quoted(JSON.stringify(bodyOf(of)))}`,
  javascript: (of) => `const answer = await fetch('${of.origin}/v1/messages', {
  method: 'POST',
  headers: {
    Authorization: 'Bearer ${of.key}',
    'Content-Type': 'application/json',
    'Idempotency-Key': '"order-1001"',
  },
  body: JSON.stringify(${JSON.stringify(bodyOf(of), null, 2).replaceAll('\n', '\n  ')}),
})
console.log(answer.status, await answer.json())`,
  python: (of) => `import json, urllib.request

request = urllib.request.Request(
    "${of.origin}/v1/messages",
    data=json.dumps(${JSON.stringify(bodyOf(of), null, 4).replaceAll('\n', '\n    ')}).encode(),
    headers={
        "Authorization": "Bearer ${of.key}",
        "Content-Type": "application/json",
        "Idempotency-Key": '"order-1001"',
    },
)
print(urllib.request.urlopen(request).read().decode())`,
}

/** Writes the code that sends a message. */
export const sampleOf = (language: SampleLanguage, of: SampleOf): string => SENDING[language](of)
