import { useRef, useState } from 'react'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { useRegion } from '../../app/tenant/region.ts'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { type Channel, readAddress } from '../../parts/recipients/addresses.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { keep, kept } from '../../words/language.ts'
import { type Run, sendOne } from './sending.ts'
import { t } from './words.ts'

interface Props {
  readonly channel: Channel
  readonly run: () => Run
  /** True where the preview says that this message would be refused. */
  readonly isRefused: boolean
}

/** Sends the message once to the person himself, filled as for the first recipient. */
export function TestSend({ channel, run, isRefused }: Props) {
  const { api } = useTenantTab()
  const region = useRegion()
  const place = `chapar.myself.${channel}`
  const [to, setTo] = useState(() => kept(place) ?? '')
  // Kept as it is typed: without a text to send, this part of the page goes.
  const type = (typed: string): void => {
    keep(place, typed)
    setTo(typed)
  }
  // Key of a send whose answer is not known yet: the same words to the same number go out once, others under a key of their own.
  const open = useRef<{ readonly print: string; readonly key: string } | null>(null)
  const send = useAct(
    () => {
      const one = run()
      const { validUntil: _, ...lasting } = one.shared
      const print = JSON.stringify([lasting, one.content, to])
      if (open.current?.print !== print) open.current = { print, key: crypto.randomUUID() }
      return sendOne(api, { ...one, key: open.current.key }, readAddress(channel, to, region).to ?? to)
    },
    {
      onDone: () => {
        open.current = null
      },
    },
  )
  return (
    <div className="stack">
      <TextField label={t.testTo} value={to} ltr onChange={type} />
      <div className="actions">
        <Button isDisabled={to.trim() === '' || isRefused} isPending={send.isPending} onPress={() => send.mutate()}>
          {t.testSend}
        </Button>
        {send.isSuccess ? <span role="status">{t.testSent}</span> : null}
      </div>
      <Trouble error={send.error} />
    </div>
  )
}
