// A Problem is told to the person by its name: data-msg-NAME of the form.
export class Problem extends Error {
  constructor(name, values) {
    super(name);
    this.values = values || {};
  }
}
