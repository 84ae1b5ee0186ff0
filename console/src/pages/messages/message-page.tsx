import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Code, Ltr, Time } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { t } from './words.ts'

/** One message and its history. */
export default function MessagePage() {
  const { api, key } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const message = useQuery({
    queryKey: [key, 'messages', id],
    queryFn: () => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } } })),
  })
  return (
    <Page title={t.message} about={<Code>{id}</Code>}>
      {message.isPending ? <Loading /> : null}
      <Trouble error={message.error} onRetry={() => void message.refetch()} />
      {message.data ? (
        <Card>
          <Facts
            of={[
              [t.status, <Status key="status" status={message.data.status} />],
              [t.channel, channelName(message.data.channel)],
              [t.to, <Ltr key="to">{message.data.to}</Ltr>],
              [t.when, <Time key="at" at={message.data.acceptedAt} exact />],
            ]}
          />
        </Card>
      ) : null}
    </Page>
  )
}
