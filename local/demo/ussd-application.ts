/** Fields of a `session.turn` that the demo's application looks at. */
export interface Question {
  /** Inputs that led here, the last one at the end. */
  readonly inputs: readonly string[]
  readonly input: string | null
  /** Id of a session of this person that broke off. */
  readonly resumes?: string
}

type Said = { readonly text: string; readonly ends?: boolean } | { readonly back: true } | { readonly resume: true }

const BACK = '0) بازگشت'

/** Menu of the demo. Each screen follows from the inputs that led to it, so the application needs no memory. */
export function demoApplication({ inputs, input, resumes }: Question): Said {
  if (resumes !== undefined) return { resume: true }
  if (input === '0') return { back: true }
  const [first, second] = inputs
  if (first === undefined) return { text: 'چاپار\n1) موجودی\n2) پیام بگذارید' }
  if (first === '1') return { text: 'موجودی شما ۱۲۰٬۰۰۰ ریال است.', ends: true }
  if (first !== '2') return { text: `چنین گزینه‌ای نیست.\n${BACK}` }
  if (second === undefined) return { text: `پیام خود را بنویسید.\n${BACK}` }
  return { text: 'سپاس. پیام شما ثبت شد.', ends: true }
}
