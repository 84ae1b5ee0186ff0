import { CodeBlock } from '../../../parts/code/code-block.tsx'
import { Card } from '../../../parts/page.tsx'
import { RECEIVER } from '../receiver.ts'
import { t } from './words.ts'

/** A receiver that answers the challenge, to be copied. */
export const ReceiverHelp = () => (
  <Card title={t.receiver}>
    <p>{t.receiverWhy}</p>
    <CodeBlock title={<bdi dir="ltr">receiver.mjs</bdi>} code={RECEIVER} />
  </Card>
)
