"""Who may do what, as data written by hand: the tests walk it, and nothing in it is asked of `roles` or `STEPS`.

Where each line comes from: DESIGN 5 and 6 (steps, roles, visibility), decisions 14 to 17, specs/desk.md 2 and 5,
issue 4. A line that the code contradicts is settled by those; where they are silent, by the safer reading, which is
then said here:

- A person who has lost every role sees and does nothing, also on articles of their own.
- What somebody may not see answers 404, the same as what is not there; what one may see and not do is refused in words.
- Four eyes bind whoever has written the text, whatever the role, the superuser included: no approval, no claim, and no
  note settled that must be. Releasing a claim is no judgement of a text and is open to every reviewer.
- A note is taken up again by everybody who may see the article: that can hold an approval up, never let one pass.
- An embargo comes too late for what is public, or scheduled for an earlier moment.
- A shared preview is made for a text that readers have, or are to have: none of the trash, none after a retraction.
- The address of an article belongs to who may edit it until readers have seen it, then to who may publish.
- Pages that say who works here are for the administrators; the table of roles is for everybody with an account here.
"""
