import { contentOf } from '../../../api/content.ts'
import { useAct } from '../../../app/act.tsx'
import { Words } from '../../../parts/text.tsx'
import { Trouble } from '../../../parts/trouble.tsx'
import { clock } from '../../../words/format.ts'
import type { Act } from '../items.ts'
import { AppFrame } from './app-frame.tsx'
import { d } from './device-words.ts'
import { type AppProps, titleOf } from './view.ts'

/** Notifications, newest first, with their buttons. */
export function NoticesApp({ phone, go, canAct }: AppProps) {
  const act = useAct((said: Act) => phone.act('push', said))
  const items = phone.items.filter(({ channel }) => channel === 'push')
  return (
    <AppFrame title={d.notices} back={{ app: 'home' }} go={go}>
      <div className="app-list">
        <Trouble error={act.error} />
        {items.length === 0 ? <p className="app-empty">{d.noNotices}</p> : null}
        {items.map((item) => {
          const content = contentOf(item.content)
          if (item.direction === 'inbound')
            return (
              <p key={item.id} className="notice-said">
                {d.pressed}: <bdi>{item.text}</bdi>
              </p>
            )
          return (
            <article key={item.id} className="notice">
              <header>
                <bdi>{item.from}</bdi>
                <small className="figures">{clock(new Date(item.at))}</small>
              </header>
              <Words className="notice-title">{titleOf(item)}</Words>
              {content?.body ? <Words className="notice-body">{content.body}</Words> : null}
              <div className="bubble-buttons">
                {content?.actions?.map(({ action, title }) => (
                  <button
                    type="button"
                    key={action}
                    disabled={!canAct || act.isPending}
                    onClick={() =>
                      act.mutate({ button: action, ...(item.messageId ? { messageId: item.messageId } : {}) })
                    }
                  >
                    <Words>{title}</Words>
                  </button>
                ))}
              </div>
            </article>
          )
        })}
      </div>
    </AppFrame>
  )
}
