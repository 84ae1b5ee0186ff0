import { useMemo } from 'react'
import '../../styles/mail.css'
import { num } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { Ltr, Words } from '../text.tsx'
import { shownMail } from './html.ts'

const t = words(
  {
    frame: 'The mail as it was designed',
    links: 'Links in this mail',
    blocked: (count: number) =>
      `${num(count)} pictures from elsewhere were not fetched: whoever sent the mail would have seen it.`,
  },
  {
    frame: 'رایانامه با آرایش خودش',
    links: 'پیوندهای این رایانامه',
    blocked: (count: number) => `${num(count)} تصویر از بیرون گرفته نشد: وگرنه فرستنده می‌فهمید که آن را باز کرده‌اید.`,
  },
)

interface Props {
  readonly html: string
  /** Pictures that came with the mail: `data:` addresses by content id. */
  readonly pictures?: ReadonlyMap<string, string>
}

/**
 * Shows a mail's HTML in a frame that may do nothing: no script, no origin, no form, no window, nothing from elsewhere. A link
 * in it leads nowhere; below stands each with its whole address, so that nobody opens one unseen.
 */
export function MailFrame({ html, pictures }: Props) {
  const mail = useMemo(() => shownMail(html, pictures), [html, pictures])
  return (
    <div className="mail-frame">
      <iframe title={t.frame} sandbox="" srcDoc={mail.html} referrerPolicy="no-referrer" />
      {mail.blocked > 0 ? <p className="help">{t.blocked(mail.blocked)}</p> : null}
      {mail.links.length > 0 ? (
        <details>
          <summary>{t.links}</summary>
          <ul>
            {mail.links.slice(0, 50).map(({ text, address }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a mail never changes, and may have a link twice
              <li key={at}>
                {text ? <Words>{text}</Words> : null}{' '}
                <a className="link" href={address} target="_blank" rel="noopener noreferrer">
                  <Ltr>{address}</Ltr>
                </a>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  )
}
