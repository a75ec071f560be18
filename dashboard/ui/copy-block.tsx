import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'

/** Text to be taken elsewhere, with a button that takes it. */
export function CopyBlock(props: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(props.text)
      void message.success(t('common.copied'))
    } catch {
      // Browsers allow the clipboard over HTTPS and localhost only; the text can be selected.
      void message.info(t('common.copyFailed'))
    }
  }
  return (
    <div className="copy-block">
      <pre title={props.label}>{props.text}</pre>
      <Button size="small" onClick={() => void copy()}>
        {t('common.copy')}
      </Button>
    </div>
  )
}
