import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { Ltr, Words } from '../../../parts/text.tsx'
import { Trouble } from '../../../parts/trouble.tsx'
import { clock } from '../../../words/format.ts'
import { AppFrame } from './app-frame.tsx'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import { Keypad } from './keypad.tsx'
import { type AppProps, peerOf } from './view.ts'

/** Calls and sessions of the telephone, newest first. */
const Recents = ({ phone }: Pick<AppProps, 'phone'>) => {
  const calls = phone.items.filter(({ channel }) => channel === 'voice' || channel === 'ussd')
  return (
    <div className="app-list recents">
      {calls.length === 0 ? <p className="app-empty">{d.noCalls}</p> : null}
      {calls.map((item) => (
        <div key={item.id} className="thread-row" data-missed={item.state === 'missed' || undefined}>
          <Icon name={item.channel === 'ussd' ? 'hash' : 'phone'} />
          <span className="banner-words">
            <span className="banner-head">
              <Ltr>{peerOf(item)}</Ltr>
              <small>{clock(new Date(item.at))}</small>
            </span>
            <Words className="banner-text">
              {item.state === 'missed'
                ? d.missed
                : item.direction === 'inbound'
                  ? `${d.pressed} ${item.text}`
                  : item.text}
            </Words>
          </span>
        </div>
      ))}
    </div>
  )
}

/** Calls, and the keys by which a code is dialled. */
export function PhoneApp({ phone, go, canAct }: AppProps) {
  const { api, key } = useTenantTab()
  const [typed, setTyped] = useState('')
  const [isKeys, setKeys] = useState(canAct)
  const codes = useQuery({
    queryKey: [key, 'senders', 'ussd'],
    queryFn: () => unwrap(api.GET('/v1/senders', { params: { query: { channel: 'ussd' } } })),
  })
  const act = useAct((dial: string) => phone.act('sms', { dial }))
  return (
    <AppFrame title={d.phone} back={{ app: 'home' }} go={go}>
      <div className="app-tabs">
        <button type="button" aria-pressed={isKeys} onClick={() => setKeys(true)}>
          {d.keypad}
        </button>
        <button type="button" aria-pressed={!isKeys} onClick={() => setKeys(false)}>
          {d.recents}
        </button>
      </div>
      {isKeys ? (
        <div className="dialer">
          <div className="quick">
            {codes.data?.data.map(({ address }) => (
              <button type="button" key={address} onClick={() => setTyped(address)}>
                <Ltr>{address}</Ltr>
              </button>
            ))}
          </div>
          <output className="dialed" dir="ltr">
            {act.isPending ? d.busyDialing : typed}
          </output>
          <Keypad onKey={(one) => setTyped(typed + one)} />
          <div className="dial-row">
            <span />
            <button
              type="button"
              className="round"
              data-tone="go"
              aria-label={d.dial}
              disabled={!canAct || !typed || act.isPending}
              onClick={() => act.mutate(typed)}
            >
              <Icon name="phone" isFilled />
            </button>
            <button
              type="button"
              className="app-button"
              aria-label={d.erase}
              onClick={() => setTyped(typed.slice(0, -1))}
            >
              <Icon name="erase" />
            </button>
          </div>
          <Trouble error={act.error} />
        </div>
      ) : (
        <Recents phone={phone} />
      )}
    </AppFrame>
  )
}
