"""What events are called in the operators' languages, where that is known."""

from __future__ import annotations

from marketing.kernel.text import Text
from marketing.studio.shell import said

_KNOWN = {
    "Course Enrolled": Text("Course enrolled", "报名课程"),
    "Course Viewed": Text("Course viewed", "浏览课程"),
    "Course Withdrawn": Text("Course withdrawn", "退课"),
    "Course Completed": Text("Course completed", "完成课程"),
    "Lesson Started": Text("Lesson started", "开始课时"),
    "Lesson Completed": Text("Lesson completed", "完成课时"),
    "Assessment Submitted": Text("Assessment submitted", "提交作业"),
    "Order Completed": Text("Order completed", "完成订单"),
    "Order Refunded": Text("Order refunded", "订单退款"),
    "Subscription Started": Text("Subscription started", "开通会员"),
    "Subscription Renewed": Text("Subscription renewed", "会员续费"),
    "Subscription Cancelled": Text("Subscription cancelled", "取消会员"),
    "Product Viewed": Text("Product viewed", "浏览商品"),
    "Product Added": Text("Added to cart", "加入购物车"),
    "Checkout Started": Text("Checkout started", "开始结算"),
    "Signed Up": Text("Signed up", "注册"),
    "Signed In": Text("Signed in", "登录"),
}


def event_name(event: str) -> str:
    """In the operator's language; an unknown one as the app calls it."""
    known = _KNOWN.get(event)
    return said(known) if known else event
