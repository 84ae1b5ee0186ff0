import { useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { Link } from '../../parts/link.tsx'
import { Facts } from '../../parts/page.tsx'
import { Code, Ltr } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { channelName } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { ContentView } from './content-view.tsx'
import { purposeName, t } from './message-words.ts'
import { t as list } from './words.ts'

type Message = components['schemas']['Message']
type Input = components['schemas']['MessageInput']

/** Body of the message that sends another one again: what was sent, as its ledger has it, but no time that is over. */
function inputOf({ id, channel, to, from, content, purpose, clientRef, metadata }: Message): Input {
  const input = { channel, to, from, content, purpose, clientRef, metadata, resendOf: id }
  // The cast: a sent content is one of those that the call takes, which the answer's type does not say.
  return input as Input
}

/** What will go to whom, before it is sent. */
const WhatIsSent = ({ message }: { message: Message }) => (
  <>
    <Facts
      of={[
        [list.channel, channelName(message.channel)],
        [list.from, <Ltr key="from">{message.from}</Ltr>],
        [list.to, <Ltr key="to">{message.to}</Ltr>],
        [t.purpose, purposeName(message.purpose ?? '')],
        [t.units, num(message.units ?? 1)],
      ]}
    />
    <div className="quoted">
      <ContentView message={message} />
    </div>
  </>
)

/** Button that sends a message again, after it showed what goes to whom. */
export function SendAgain({ message }: { message: Message }) {
  const { api, key, tenantId, mode } = useTenantTab()
  const [isOpen, setOpen] = useState(false)
  const [once, setOnce] = useState(() => crypto.randomUUID())
  const act = useAct(
    () =>
      unwrap(
        api.POST('/v1/messages', {
          params: { header: { 'Idempotency-Key': once } },
          body: inputOf(message),
        }),
      ),
    { changes: [[key, 'messages']] },
  )
  const close = (): void => {
    setOpen(false)
    if (act.isSuccess) {
      act.reset()
      setOnce(crypto.randomUUID())
    }
  }
  const { data } = act
  return (
    <>
      <Button onPress={() => setOpen(true)}>{t.again}</Button>
      {data ? (
        <Dialog title={t.again} isOpen={isOpen} onClose={close}>
          <p role="status">
            {t.againDone}{' '}
            <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id: data.id }} onClick={close}>
              <Code>{data.id}</Code>
            </Link>
          </p>
        </Dialog>
      ) : (
        <Confirm
          title={t.againTitle}
          isOpen={isOpen}
          onClose={close}
          action={t.againDo}
          weight="primary"
          isPending={act.isPending}
          onConfirm={() => act.mutate()}
        >
          <div className="stack">
            <p>{t.againWhy}</p>
            <WhatIsSent message={message} />
            <Trouble error={act.error} />
          </div>
        </Confirm>
      )}
    </>
  )
}
