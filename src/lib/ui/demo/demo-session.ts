/** Content id of the session under static/demo, by which its result is known again. */
export const demoSessionId = '4192c151bbd8d17500b21a596d8e25a20b1063b7ef55e2077e2abf6b601d04dc';
