import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { problemText } from '../api/problem-text.ts'

/** What went wrong, in words, with a way to try again. */
export function ErrorNote(props: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation()
  return (
    <Alert
      type="error"
      showIcon
      className="error-note"
      title={problemText(t, props.error)}
      action={
        props.onRetry !== undefined && (
          <Button size="small" onClick={props.onRetry}>
            {t('common.retry')}
          </Button>
        )
      }
    />
  )
}
