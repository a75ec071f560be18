import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'

/** As the contract has it. */
const PASSWORD_LENGTH_MIN = 10
const PASSWORD_LENGTH_MAX = 200

/** A new password, as the field `password` of a form. */
export function PasswordItem(props: { readonly label: string; readonly hint: string }) {
  const { t } = useTranslation()
  return (
    <Form.Item
      name="password"
      label={props.label}
      extra={props.hint}
      rules={[
        {
          required: true,
          min: PASSWORD_LENGTH_MIN,
          max: PASSWORD_LENGTH_MAX,
          message: t('account.passwordLength'),
        },
      ]}
    >
      <Input.Password autoComplete="new-password" maxLength={PASSWORD_LENGTH_MAX} />
    </Form.Item>
  )
}
