import { Failure } from '../../api/problem.ts'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { words } from '../../words/language.ts'

const t = words(
  {
    stopped: 'The browser’s window was closed, or nobody confirmed in time. Try again, or take another way.',
    exists: 'This device has a passkey of yours already.',
    notHere: 'The browser allows no passkey at this address. Open the console by its name, over https.',
    unknown: 'This passkey is not known here: perhaps it was removed. Choose another one.',
    copied: 'There is a copy of this passkey, so it is refused from now on. Remove it, and tell us.',
    late: 'That took longer than five minutes. Try again.',
    elsewhere: 'This passkey belongs to another address. Open the console at the address where you made it.',
    person: 'This passkey is somebody else’s. Use your own.',
    unchecked: 'The device did not check who you are. Set a PIN, a fingerprint or a face on it first.',
  },
  {
    stopped: 'پنجرهٔ مرورگر بسته شد یا به‌موقع تأیید نشد. دوباره تلاش کنید یا راه دیگری بروید.',
    exists: 'این دستگاه از پیش کلید عبور شما را دارد.',
    notHere: 'مرورگر در این نشانی کلید عبور نمی‌پذیرد. کنسول را با نام دامنه و نشانی امن باز کنید.',
    unknown: 'این کلید عبور شناخته نشد؛ شاید حذف شده باشد. کلید دیگری انتخاب کنید.',
    copied: 'از این کلید عبور رونوشتی ساخته شده و دیگر پذیرفته نمی‌شود. آن را حذف کنید و به ما خبر دهید.',
    late: 'بیش از پنج دقیقه طول کشید. یک بار دیگر تلاش کنید.',
    elsewhere: 'این کلید عبور از آنِ نشانی دیگری است. کنسول را در همان نشانی باز کنید که آن را ساخته‌اید.',
    person: 'این کلید عبور از آنِ فرد دیگری است. کلید خودتان را به کار ببرید.',
    unchecked: 'دستگاه هویت شما را بررسی نکرد. نخست برای آن رمز، اثر انگشت یا چهره تعیین کنید.',
  },
)

const OF_BROWSER: Readonly<Record<string, string>> = {
  NotAllowedError: t.stopped,
  AbortError: t.stopped,
  InvalidStateError: t.exists,
  SecurityError: t.notHere,
}

const OF_API: Readonly<Record<string, string>> = {
  'unknown-passkey': t.unknown,
  'wrong-challenge': t.late,
  'wrong-origin': t.elsewhere,
  'wrong-rp-id': t.elsewhere,
  'wrong-person': t.person,
  'user-not-verified': t.unchecked,
  'user-not-present': t.stopped,
  copied: t.copied,
}

/** Says why a passkey came to nothing: what the browser said, or why the API did not take it. */
export function PasskeyTrouble({ error }: { error: unknown }) {
  const said =
    error instanceof DOMException
      ? (OF_BROWSER[error.name] ?? t.stopped)
      : error instanceof Failure && error.code === 'passkey-refused'
        ? OF_API[error.reason ?? '']
        : undefined
  if (!said) return <Trouble error={error} />
  return (
    <div role="alert">
      <Note tone="warn">{said}</Note>
    </div>
  )
}
