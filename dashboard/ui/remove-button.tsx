import { Alert, App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../api/problem-text.ts'

interface Removal {
  /** The name of what would go. */
  readonly name: string
  /** What is lost with it, or what stands against it. */
  readonly warning: string
  readonly remove: () => Promise<unknown>
  readonly onRemoved: () => void
}

/** Takes something away for good: asks first, saying what follows, and says why when the gateway refuses. */
export function RemoveButton(props: Removal & { readonly size?: 'small' }) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  const { size, ...removal } = props
  return (
    <>
      <Button {...(size !== undefined && { size })} onClick={() => setIsAsking(true)}>
        {t('remove.do')}
      </Button>
      {isAsking && <RemoveDialog {...removal} onClose={() => setIsAsking(false)} />}
    </>
  )
}

function RemoveDialog(props: Removal & { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  const { name, onClose } = props

  async function remove(): Promise<void> {
    setIsBusy(true)
    setError(null)
    try {
      await props.remove()
    } catch (problem) {
      setError(problem)
      setIsBusy(false)
      return
    }
    void message.success(t('remove.done', { name }))
    onClose()
    props.onRemoved()
  }
  return (
    <Modal
      open
      title={t('remove.confirm', { name })}
      okText={t('remove.do')}
      okButtonProps={{ danger: true }}
      cancelText={t('common.cancel')}
      confirmLoading={isBusy}
      onOk={() => void remove()}
      onCancel={onClose}
    >
      <p>{props.warning}</p>
      {error !== null && (
        <Alert type="error" showIcon title={problemText(t, error)} className="form-error" />
      )}
    </Modal>
  )
}
