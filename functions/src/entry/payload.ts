// The JSON of a bus message. A body that is not JSON is given on as its text, so that it is quarantined as it came.

/** Shape of firebase-functions' message, as far as it is used. */
export interface MessageBody {
  readonly data: string;
}

export function payloadOf(message: MessageBody): unknown {
  const text = Buffer.from(message.data, "base64").toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { unparsed: text };
  }
}
