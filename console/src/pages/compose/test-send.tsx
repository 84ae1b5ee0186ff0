import { useRef, useState } from 'react'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { keep, kept } from '../../words/language.ts'
import { type Channel, readAddress } from './rows/addresses.ts'
import { type Run, sendOne } from './sending.ts'
import { t } from './words.ts'

/** Sends the message once to the person himself, filled as for the first recipient. */
export function TestSend({ channel, run }: { channel: Channel; run: () => Run }) {
  const { api } = useTenantTab()
  const place = `chapar.myself.${channel}`
  const [to, setTo] = useState(() => kept(place) ?? '')
  const once = useRef(crypto.randomUUID())
  const send = useAct(
    () => {
      keep(place, to)
      return sendOne(api, { ...run(), key: once.current }, readAddress(channel, to).to ?? to)
    },
    {
      onDone: () => {
        once.current = crypto.randomUUID()
      },
    },
  )
  return (
    <div className="stack">
      <TextField
        label={t.testTo}
        value={to}
        ltr
        onChange={(next) => {
          once.current = crypto.randomUUID()
          setTo(next)
        }}
      />
      <div className="actions">
        <Button isDisabled={to.trim() === ''} isPending={send.isPending} onPress={() => send.mutate()}>
          {t.testSend}
        </Button>
        {send.isSuccess ? <span role="status">{t.testSent}</span> : null}
      </div>
      <Trouble error={send.error} />
    </div>
  )
}
