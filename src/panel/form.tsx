import type { Child } from 'hono/jsx'

interface Labelled {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong with what was typed. */
  readonly error?: string | undefined
}

const describedBy = ({ name, hint, error }: Labelled) =>
  [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ') || undefined

const Frame = ({ children, ...field }: Labelled & { children: Child }) => (
  <div class="field">
    <label for={field.name}>{field.label}</label>
    {children}
    {field.hint && (
      <p class="hint" id={`${field.name}-hint`}>
        {field.hint}
      </p>
    )}
    {field.error && (
      <p class="error" id={`${field.name}-error`}>
        {field.error}
      </p>
    )}
  </div>
)

interface InputField extends Labelled {
  readonly type?: 'text' | 'email' | 'password' | 'search' | 'number' | 'date' | 'time' | 'datetime-local'
  readonly value?: string | undefined
  readonly required?: boolean
  readonly autofocus?: boolean
  readonly autocomplete?: string
  readonly min?: number | string
  readonly max?: number | string
  readonly maxlength?: number
}

/** A labelled input; hint and error are read out with it. */
export const Field = ({ type = 'text', value = '', required, autofocus, autocomplete, ...field }: InputField) => (
  <Frame {...field}>
    <input
      id={field.name}
      name={field.name}
      type={type}
      // A password is not sent back.
      value={type === 'password' ? '' : value}
      required={required}
      autofocus={autofocus}
      autocomplete={autocomplete ?? 'off'}
      min={field.min}
      max={field.max}
      maxlength={field.maxlength}
      aria-invalid={field.error ? 'true' : undefined}
      aria-describedby={describedBy(field)}
    />
  </Frame>
)

/** A text of several lines. */
export const TextArea = ({ value = '', maxlength, ...field }: Pick<InputField, 'value' | 'maxlength'> & Labelled) => (
  <Frame {...field}>
    <textarea
      id={field.name}
      name={field.name}
      rows={4}
      maxlength={maxlength}
      aria-invalid={field.error ? 'true' : undefined}
      aria-describedby={describedBy(field)}
    >
      {/* A browser leaves out the first line break. */}
      {`\n${value}`}
    </textarea>
  </Frame>
)

interface SelectField extends Labelled {
  readonly value?: string | undefined
  readonly options: readonly { readonly value: string; readonly text: string }[]
}

export const Select = ({ value = '', options, ...field }: SelectField) => (
  <Frame {...field}>
    <select
      id={field.name}
      name={field.name}
      aria-invalid={field.error ? 'true' : undefined}
      aria-describedby={describedBy(field)}
    >
      {options.map((option) => (
        <option value={option.value} selected={option.value === value}>
          {option.text}
        </option>
      ))}
    </select>
  </Frame>
)

/** A box to be ticked; its value is "true". */
export const Check = ({ name, label, checked }: Pick<Labelled, 'name' | 'label'> & { checked: boolean }) => (
  <p class="check">
    <input id={name} name={name} type="checkbox" value="true" checked={checked} />
    <label for={name}>{label}</label>
  </p>
)

export const Hidden = ({ values }: { values: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries(values).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
)
