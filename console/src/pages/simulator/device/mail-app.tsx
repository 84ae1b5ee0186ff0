import { type FormEvent, useState } from 'react'
import { contentOf } from '../../../api/content.ts'
import { useAct } from '../../../app/act.tsx'
import { MailFrame } from '../../../parts/mail/frame.tsx'
import { Words } from '../../../parts/text.tsx'
import { Trouble } from '../../../parts/trouble.tsx'
import { between, clock } from '../../../words/format.ts'
import type { Act, Item } from '../items.ts'
import { AppFrame } from './app-frame.tsx'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import { type AppProps, titleOf } from './view.ts'

/** One mail; its HTML is shown only when it is asked for. */
function Mail({ item, phone, go, canAct }: Omit<AppProps, 'view'> & { item: Item }) {
  const [isDesigned, setDesigned] = useState(false)
  const [text, setText] = useState('')
  const act = useAct((said: Act) => phone.act('email', said), { onDone: () => setText('') })
  const content = contentOf(item.content)
  const html = typeof content?.html === 'string' ? content.html : null
  const files = content?.attachments ?? []
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (text.trim()) act.mutate({ reply: text.trim(), ...(item.messageId ? { messageId: item.messageId } : {}) })
  }
  return (
    <AppFrame title={d.mail} back={{ app: 'mail' }} go={go}>
      <div className="mail-read">
        <h4>
          <Words>{titleOf(item)}</Words>
        </h4>
        <p className="app-note">
          <bdi dir="ltr">{item.from}</bdi>
          {between}
          <span className="figures">{clock(new Date(item.at))}</span>
        </p>
        {html ? (
          <button type="button" className="quick-one" onClick={() => setDesigned(!isDesigned)}>
            {isDesigned ? d.showText : d.showHtml}
          </button>
        ) : null}
        {html && isDesigned ? (
          <MailFrame html={html} />
        ) : (
          <Words className="mail-text">{item.content ? item.text : d.tooLong}</Words>
        )}
        {files.map((file) => (
          <span key={file.media ?? file.name} className="bubble-file">
            <Icon name="file" /> <bdi>{file.name ?? file.type}</bdi>
          </span>
        ))}
        <Trouble error={act.error} />
      </div>
      {canAct && item.direction === 'outbound' ? (
        <form className="write app-foot" onSubmit={submit}>
          <input
            value={text}
            dir="auto"
            aria-label={d.reply}
            placeholder={d.reply}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" aria-label={d.sendIt} disabled={act.isPending || !text.trim()}>
            <Icon name="send" />
          </button>
        </form>
      ) : null}
    </AppFrame>
  )
}

/** The mailbox. */
export function MailApp({ phone, view, go, canAct }: AppProps) {
  const items = phone.items.filter(({ channel }) => channel === 'email')
  const open = items.find(({ id }) => id === view.at)
  if (open) return <Mail item={open} phone={phone} go={go} canAct={canAct} />
  return (
    <AppFrame title={d.mail} back={{ app: 'home' }} go={go}>
      <div className="app-list">
        {items.length === 0 ? <p className="app-empty">{d.noMail}</p> : null}
        {items.map((item) => (
          <button type="button" key={item.id} className="thread-row" onClick={() => go({ app: 'mail', at: item.id })}>
            <span className="banner-words">
              <span className="banner-head">
                <bdi dir="ltr">{item.direction === 'outbound' ? item.from : d.to(item.to)}</bdi>
                <small>{clock(new Date(item.at))}</small>
              </span>
              <Words className="mail-subject">{titleOf(item)}</Words>
              <Words className="banner-text">{item.text}</Words>
            </span>
          </button>
        ))}
      </div>
    </AppFrame>
  )
}
