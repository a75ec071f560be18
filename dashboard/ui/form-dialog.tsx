import { Alert, Form, type FormInstance, Modal } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemText } from '../api/problem-text.ts'
import { focusFirstField } from './focus-first.ts'

/** A form in a dialog that closes when the gateway has agreed, and says why when it has not. */
export function FormDialog<Fields extends object>(props: {
  readonly title: string
  readonly form: FormInstance<Fields>
  readonly initialValues: Partial<Fields>
  readonly submit: (fields: Fields) => Promise<void>
  /** Words for what the gateway answered, where those of every page do not fit. */
  readonly wordsFor?: (error: unknown) => string
  readonly onClose: (hasChanged: boolean) => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  const formId = useId()
  const wordsFor = props.wordsFor ?? ((problem) => problemText(t, problem))

  async function finish(fields: Fields): Promise<void> {
    setIsBusy(true)
    setError(null)
    try {
      await props.submit(fields)
      props.onClose(true)
    } catch (problem) {
      setError(problem)
      setIsBusy(false)
    }
  }
  return (
    <Modal
      open
      title={props.title}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      confirmLoading={isBusy}
      afterOpenChange={focusFirstField}
      // The form's own button, though it stands outside: Enter in a field saves.
      okButtonProps={{ htmlType: 'submit', form: formId }}
      onCancel={() => props.onClose(false)}
    >
      <Form<Fields>
        id={formId}
        form={props.form}
        layout="vertical"
        scrollToFirstError={{ focus: true, block: 'center' }}
        initialValues={props.initialValues}
        onFinish={(fields) => void finish(fields)}
      >
        {props.children}
      </Form>
      {error !== null && (
        <Alert type="error" showIcon title={wordsFor(error)} className="form-error" />
      )}
    </Modal>
  )
}
