import { type FormEvent, useState } from 'react'
import { useAct } from '../../../app/act.tsx'
import { Ltr, Words } from '../../../parts/text.tsx'
import { Trouble } from '../../../parts/trouble.tsx'
import type { Act, Item, PhoneNow } from '../items.ts'
import { d } from './device-words.ts'

interface Props {
  readonly phone: PhoneNow
  readonly item: Item
  readonly canAct: boolean
  readonly onClose: () => void
}

/** A screen of a session over all else: it waits for input, or is the last one. */
export function SessionScreen({ phone, item, canAct, onClose }: Props) {
  const [input, setInput] = useState('')
  const act = useAct((said: Act) => phone.act('sms', said), {
    onDone: (shown) => {
      setInput('')
      if (!shown.some(({ direction }) => direction === 'outbound')) onClose()
    },
  })
  const isOpen = item.state === 'open'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (input) act.mutate({ input })
  }
  return (
    <div className="over">
      <form className="session" onSubmit={submit} role="dialog" aria-label={d.ussd}>
        <small>
          <Ltr>{item.from}</Ltr>
        </small>
        <Words className="session-text" key={item.id}>
          {item.text}
        </Words>
        {isOpen && canAct ? (
          <input
            value={input}
            dir="ltr"
            // biome-ignore lint/a11y/noAutofocus: the person pressed a key for this screen, and answers it
            autoFocus
            aria-label={d.reply}
            onChange={(event) => setInput(event.target.value)}
          />
        ) : null}
        <Trouble error={act.error} />
        <div className="session-buttons">
          {isOpen && canAct ? (
            <>
              <button
                type="button"
                disabled={act.isPending}
                onClick={() => (act.isError ? onClose() : act.mutate({ hangUp: true }))}
              >
                {d.cancel}
              </button>
              <button type="submit" disabled={act.isPending || !input}>
                {d.sendIt}
              </button>
            </>
          ) : (
            <button type="button" onClick={onClose}>
              {d.ok}
            </button>
          )}
        </div>
      </form>
    </div>
  )
}
